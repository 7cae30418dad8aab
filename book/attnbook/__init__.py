"""The book's listings: each page loads its code from here, and the tests test it."""
