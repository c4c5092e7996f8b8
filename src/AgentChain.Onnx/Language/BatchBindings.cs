namespace AgentChain.Onnx.Language;

/// <summary>Keeps the tensors of a model's steps of several sequences between the steps. Thread-safe.</summary>
sealed class BatchBindings(DecoderGraph graph, int largest) : IDisposable
{
    readonly Lock _lock = new();
    readonly Stack<BatchBinding>[] _idle = [.. Enumerable.Range(0, largest + 1).Select(_ => new Stack<BatchBinding>())];
    bool _isDisposed;

    /// <summary>Takes the tensors for a number of sequences.</summary>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="width">The width of a row of logits.</param>
    public BatchBinding Rent(int sequences, int width)
    {
        lock (_lock)
        {
            if (_idle[sequences].TryPop(out BatchBinding? idle))
            {
                return idle;
            }
        }

        return new BatchBinding(graph, sequences, width);
    }

    public void Return(BatchBinding binding)
    {
        lock (_lock)
        {
            if (!_isDisposed)
            {
                _idle[binding.Caches.Length].Push(binding);
                return;
            }
        }

        binding.Dispose();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (BatchBinding binding in _idle.SelectMany(i => i))
            {
                binding.Dispose();
            }

            Array.ForEach(_idle, i => i.Clear());
        }
    }
}
