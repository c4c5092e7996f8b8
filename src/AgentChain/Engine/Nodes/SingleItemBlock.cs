using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace AgentChain.Engine.Nodes;

/// <summary>Adapts a block that returns one value to a block that produces a stream of only that value.</summary>
sealed class SingleItemBlock<TIn, TOut>(IBlock<TIn, TOut> block) : IStreamBlock<TIn, TOut>
{
    public IAsyncEnumerable<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken) =>
        new Single(block, input, context, cancellationToken);

    /// <summary>
    /// The value as a stream. Passes on the behavior of the block's awaitable, which the code that awaits this stream handles.
    /// </summary>
    sealed class Single(IBlock<TIn, TOut> block, TIn input, BlockContext context, CancellationToken token)
        : IAsyncEnumerable<TOut>, IAsyncEnumerator<TOut>, IValueTaskSource<bool>
    {
        ValueTaskAwaiter<TOut> _value;
        Action<object?>? _continuation;
        object? _state;
        bool _isOver;

        public TOut Current { get; private set; } = default!;

        public IAsyncEnumerator<TOut> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_isOver)
            {
                return new ValueTask<bool>(false);
            }

            _isOver = true;
            Await(block.InvokeAsync(input, context, token));
            return new ValueTask<bool>(this, 0);
        }

        public ValueTask DisposeAsync() => default;

        ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) =>
            _value.IsCompleted ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        bool IValueTaskSource<bool>.GetResult(short token)
        {
            Current = _value.GetResult();
            _value = default;
            return true;
        }

        void IValueTaskSource<bool>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            (_continuation, _state) = (continuation, state);
            _value.UnsafeOnCompleted(Continue);
        }

        void Await(ValueTask<TOut> running) => _value = running.GetAwaiter();

        void Continue() => _continuation!(_state);
    }
}
