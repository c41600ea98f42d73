"""The city hall on the web: a JSON API, a page that works without JavaScript, and a widget for the city's own pages."""
