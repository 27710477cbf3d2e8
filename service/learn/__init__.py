"""What is learnt from people's judgements: their targets, and what is trained on them."""
