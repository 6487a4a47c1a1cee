"""The Delta tables: columns, data files, commits under fences, questions to them."""
