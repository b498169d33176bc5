"""Entities from several sources, made one answer."""
