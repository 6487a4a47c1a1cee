"""The Scrapy project: what to fetch, and fetching it politely."""
