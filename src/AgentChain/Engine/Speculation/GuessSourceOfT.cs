namespace AgentChain.Engine.Speculation;

/// <summary>A source of guesses of a block's output: one call of <c>Predict</c> or <c>Candidates</c>.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TGuess">The type of what the source returns.</typeparam>
/// <param name="AskAsync">Returns the guesses for an input.</param>
/// <param name="IsSynchronous">Whether the source is a function that returns at once, so that it can be asked in place.</param>
sealed record GuessSource<TIn, TGuess>(Func<TIn, BlockContext, CancellationToken, ValueTask<TGuess>> AskAsync, bool IsSynchronous)
{
    /// <summary>Returns this source with its guesses converted.</summary>
    public GuessSource<TIn, TOther> Map<TOther>(Func<TIn, TGuess, TOther> map) =>
        new(async (input, context, token) => map(input, await AskAsync(input, context, token)), IsSynchronous);
}
