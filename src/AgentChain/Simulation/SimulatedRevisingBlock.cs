using System.Runtime.CompilerServices;

namespace AgentChain.Simulation;

/// <summary>Simulates a block that publishes hypotheses according to a script.</summary>
/// <typeparam name="TIn">The type of the block's input.</typeparam>
/// <typeparam name="TOut">The type of the block's output.</typeparam>
/// <param name="script">
/// A function that creates the script of an input: hypotheses in chronological order, with the final one last. A hypothesis whose time has
/// already passed is published immediately.
/// </param>
/// <remarks>Observes its cancellation token immediately. Also runs in real time.</remarks>
/// <example>
/// <code>
/// var recognizer = new SimulatedRevisingBlock&lt;string, string&gt;(text =>
/// [
///     new(100.Milliseconds(), Hypothesis.Tentative(text, 0.9)),
///     new(500.Milliseconds(), Hypothesis.Final(text)),
/// ]);
/// </code>
/// </example>
public sealed class SimulatedRevisingBlock<TIn, TOut>(Func<TIn, IEnumerable<TimedHypothesis<TOut>>> script) : IRevisingBlock<TIn, TOut>
{
    readonly Func<TIn, IEnumerable<TimedHypothesis<TOut>>> _script = script ?? throw new ArgumentNullException(nameof(script));

    /// <inheritdoc/>
    public async IAsyncEnumerable<Hypothesis<TOut>> InvokeAsync(
        TIn input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long start = context.Time.GetTimestamp();
        foreach (TimedHypothesis<TOut> next in _script(input))
        {
            await VirtualDelay.Of(context.Time, next.At - context.Time.GetElapsedTime(start), cancellationToken);
            yield return next.Hypothesis;
        }
    }
}
