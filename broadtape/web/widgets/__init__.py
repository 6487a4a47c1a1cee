"""Parts of pages: numbers and texts in, what a template draws out."""
