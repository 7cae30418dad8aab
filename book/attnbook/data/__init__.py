"""Corpora: generated ones that need no network, and loaders for real ones."""
