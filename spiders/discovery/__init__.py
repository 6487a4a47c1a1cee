"""Where stories are listed: feeds, news sitemaps, section pages and archive sitemaps, read into `Listing`s."""
