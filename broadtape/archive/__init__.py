"""Where things are kept: objects in a folder or on S3, WARC files, and the tables made from them."""
