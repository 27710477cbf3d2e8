"""What is learned: from judgements, and from pictures and their captions."""
