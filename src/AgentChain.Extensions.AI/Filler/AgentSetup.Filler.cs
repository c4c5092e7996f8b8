namespace AgentChain.Extensions.AI;

/// <content>Fillers of silences.</content>
public sealed partial class AgentSetup
{
    internal FillerSetup? FillerValue { get; private set; }

    /// <summary>Fills a silence of the agent with a phrase.</summary>
    /// <param name="phrase">The phrase, such as <c>One moment, please.</c></param>
    /// <param name="setup">A callback that declares when it is said, or <see langword="null"/> for the defaults.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="phrase"/> is <see langword="null"/>.</exception>
    /// <remarks><inheritdoc cref="Filler(Func{FillerMoment, string?}, Action{FillerSetup})" path="/remarks"/></remarks>
    public AgentSetup Filler(string phrase, Action<FillerSetup>? setup = null)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        return Filler(_ => phrase, setup);
    }

    /// <summary>Fills a silence of the agent with a phrase that depends on the tool and on the time spent.</summary>
    /// <param name="phrase">
    /// A function that returns the phrase, or <see langword="null"/> for none. It must be quick. If it throws, there is no filler.
    /// </param>
    /// <param name="setup">A callback that declares when it is said, or <see langword="null"/> for the defaults.</param>
    /// <returns>This instance.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="phrase"/> is <see langword="null"/>.</exception>
    /// <remarks>
    /// <para>
    /// A filler is an update of its own, recognized by <see cref="FillerExtensions.IsFiller"/>. It counts as output for the budgets: a tool
    /// that
    /// runs long does not exceed a <see cref="LatencyBudget.Stall"/> that is longer than the silence before the filler. It is in no
    /// session.
    /// </para>
    /// <para>
    /// Once the answer has begun there is no filler, unless the model calls a tool after its text. While the input can still turn out to be
    /// wrong
    /// there is none either, and the silence counts from the moment at which it is final.
    /// </para>
    /// </remarks>
    public AgentSetup Filler(Func<FillerMoment, string?> phrase, Action<FillerSetup>? setup = null)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        var filler = new FillerSetup(phrase);
        setup?.Invoke(filler);
        FillerValue = filler;
        return this;
    }
}
