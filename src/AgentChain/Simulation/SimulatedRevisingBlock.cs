using System.Runtime.CompilerServices;
using AgentChain.Blocks;

namespace AgentChain.Simulation;

/// <summary>Stands in for a block that publishes hypotheses: a script says what and when.</summary>
/// <typeparam name="TIn">What it takes.</typeparam>
/// <typeparam name="TOut">What it makes.</typeparam>
/// <param name="script">
/// Makes an input's script: hypotheses in order of time, the final one last. A hypothesis whose time is past when its turn comes is published
/// at once.
/// </param>
/// <remarks>Obeys its token at once. Also runs in real time.</remarks>
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
