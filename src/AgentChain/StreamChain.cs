namespace AgentChain;

/// <summary>
/// Represents a chain whose output is a stream. Built by <see cref="StreamChainBuilder{TIn,TOut}.Build"/>. To read the items as they come,
/// start a turn and enumerate its <see cref="Turn{T}.Output"/>; to wait for all of them, call
/// <see cref="ChainBase{TIn,TOut}.RunToListAsync(TIn, CancellationToken)"/>.
/// </summary>
/// <typeparam name="TIn">The type of the input.</typeparam>
/// <typeparam name="TOut">The type of the output items.</typeparam>
public sealed class StreamChain<TIn, TOut> : ChainBase<TIn, TOut>
{
    internal StreamChain(StreamChainBuilder<TIn, TOut> builder, ChainOptions options)
        : base(builder.Name, options, builder.Nodes, null, builder.Link)
    {
    }
}
