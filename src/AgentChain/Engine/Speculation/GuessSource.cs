using AgentChain.Engine.Primitives;

namespace AgentChain.Engine.Speculation;

/// <summary>Creates sources of guesses from what hosts pass to <c>Predict</c> and <c>Candidates</c>.</summary>
static class GuessSource
{
    public static GuessSource<TIn, TGuess> Of<TIn, TGuess>(Func<TIn, BlockContext, TGuess> guess) =>
        new((input, context, _) => new(guess(input, context)), IsSynchronous: true);

    public static GuessSource<TIn, TGuess> Of<TIn, TGuess>(IBlock<TIn, TGuess> predictor) =>
        new(async (input, context, token) => await predictor.InvokeAsync(input, context, token).AsGuardedTask(), IsSynchronous: false);
}
