"""What whoever looks after the service sees and does: the work, its failures, what needs a hand."""
