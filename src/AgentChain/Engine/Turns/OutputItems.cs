using System.Runtime.CompilerServices;
using AgentChain.Engine.Queues;

namespace AgentChain.Engine.Turns;

/// <summary>The output of a turn, for enumeration by its host.</summary>
/// <param name="turn">The turn.</param>
/// <param name="keepRunning">Whether the turn continues if the enumeration is left early.</param>
/// <param name="cancellationToken">A token that ends the enumeration.</param>
sealed class OutputItems<T>(StreamTurn<T> turn, bool keepRunning, CancellationToken cancellationToken) : IAsyncEnumerable<T>
{
    readonly CancellationToken _token = cancellationToken;

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new Enumerator(turn, keepRunning, _token, cancellationToken);

    /// <summary>The enumerator. Written by hand, because an async iterator costs more per item than the queue.</summary>
    sealed class Enumerator(StreamTurn<T> turn, bool keepRunning, CancellationToken token, CancellationToken other) : IAsyncEnumerator<T>
    {
        CancellationTokenRegistration _wake;
        CancellationTokenRegistration _otherWake;
        T _current = default!;
        bool _isReading;
        bool _isDone;

        public T Current => _current;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_isReading && !_isDone && !token.IsCancellationRequested && !other.IsCancellationRequested && turn.TryTake(out T? item))
            {
                _current = item;
                return new ValueTask<bool>(true);
            }

            return WaitAsync();
        }

        public ValueTask DisposeAsync()
        {
            _wake.Unregister();
            _otherWake.Unregister();
            if (_isReading)
            {
                _isReading = false;
                turn.EndReading(mayGoOn: keepRunning);
                if (!_isDone && !keepRunning)
                {
                    turn.Interrupt();
                }
            }

            _isDone = true;
            return default;
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        async ValueTask<bool> WaitAsync()
        {
            if (_isDone)
            {
                return false;
            }

            if (!_isReading)
            {
                Begin();
            }

            ItemRing<T> items = turn.Items;
            while (true)
            {
                token.ThrowIfCancellationRequested();
                other.ThrowIfCancellationRequested();
                if (turn.TryTake(out T? item))
                {
                    _current = item;
                    return true;
                }

                if (turn.IsRead)
                {
                    _isDone = true;
                    turn.ThrowIfNotCompleted();
                    return false;
                }

                items.BeginWait();
                bool isWorthALook = turn.HasNews || token.IsCancellationRequested || other.IsCancellationRequested;
                if (!isWorthALook || !items.TryRevokeWait())
                {
                    // Not on a host's synchronization context, whose thread may be blocked; but on a chain's scheduler, for virtual time.
                    await items.WaitAsync().ConfigureAwait(!ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default));
                }
            }
        }

        void Begin()
        {
            turn.BeginReading();
            _isReading = true;
            _wake = token.UnsafeRegister(static turn => ((StreamTurn<T>)turn!).WakeReader(), turn);
            _otherWake = other.UnsafeRegister(static turn => ((StreamTurn<T>)turn!).WakeReader(), turn);
        }
    }
}
