"""What an author's files were when data was made of them: kept by their content, compared, and put back."""
