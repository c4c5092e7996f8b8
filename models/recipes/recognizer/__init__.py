"""The streaming CTC recognizer: corpus, network, training, beam, evaluation, export."""
