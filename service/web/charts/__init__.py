"""Charts drawn by the server as SVG; colours come from the page's style sheet."""
