"""The reporter's pages: thin functions that fetch, call a service and render."""
