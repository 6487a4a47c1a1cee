"""Stories that a page holds in JSON, in a script's state or in markup that a script would move."""
