"""The gallery: a Glimpse with something on every page, and a picture of each of them."""
