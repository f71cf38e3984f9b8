"""The labelled examples and the training of the classifier; its product is a file that classify loads."""
