"""The streaming CTC recogniser: corpus, network, training, beam, evaluation, export."""
