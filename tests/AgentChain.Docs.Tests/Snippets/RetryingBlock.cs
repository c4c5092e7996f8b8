namespace AgentChain.Blocks.Retrying;

public sealed class RetryingBlock<TIn, TOut>(IBlock<TIn, TOut> block, int attempts, TimeSpan pause) : IBlock<TIn, TOut>
{
    readonly IBlock<TIn, TOut> _block = block ?? throw new ArgumentNullException(nameof(block));
    readonly int _attempts = OptionCheck.AtLeast(attempts, 1, nameof(attempts));
    readonly TimeSpan _pause = OptionCheck.NotNegative(pause, nameof(pause));

    public async ValueTask<TOut> InvokeAsync(TIn input, BlockContext context, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await _block.InvokeAsync(input, context, cancellationToken);
            }
            catch (Exception) when (attempt < _attempts && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(_pause, context.Time, cancellationToken);
            }
        }
    }
}
