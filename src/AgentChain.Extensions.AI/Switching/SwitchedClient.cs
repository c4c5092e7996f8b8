using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>A client that is or was the target of a switch, and how many use it. Thread-safe.</summary>
sealed class SwitchedClient(IChatClient client)
{
    readonly Lock _lock = new();
    readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _users;
    bool _isRetired;

    public IChatClient Client => client;

    public Task Drained => _drained.Task;

    /// <summary>Begins a use, unless the client has been replaced.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            _users += _isRetired ? 0 : 1;
            return !_isRetired;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_users > 0 || !_isRetired)
            {
                return;
            }
        }

        _drained.TrySetResult();
    }

    /// <summary>Admits no further use.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _isRetired = true;
            if (_users > 0)
            {
                return;
            }
        }

        _drained.TrySetResult();
    }
}
