"""What each script does: one verb a module, each with `main(argv) -> exit code`."""
