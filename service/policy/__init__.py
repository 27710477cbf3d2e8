"""The legal policy: rules as data, and the one gate that applies them."""
