using System.Runtime.CompilerServices;
using AgentChain.Speculation;

namespace AgentChain.Simulation;

/// <summary>
/// Simulates a streaming recognizer. It hears an <see cref="Utterance"/> while it is spoken and publishes the growing transcript, sometimes
/// with its last word misheard and corrected a little later. The final transcript, which is always right, follows once the user has been
/// silent for the endpoint wait. The defaults are assumptions about such recognizers, not measurements.
/// </summary>
/// <remarks>
/// The turn starts with the utterance, so the block takes as long as the user speaks. The result depends only on the utterance and its key.
/// A pause within an utterance never ends it, however long: the endpoint detector is never wrong. Observes its cancellation token
/// immediately. Also runs in real time.
/// </remarks>
public sealed class SimulatedRecognizer : IRevisingBlock<Utterance, string>
{
    /// <summary>Gets the delay from the end of a word until it appears in the transcript.</summary>
    /// <value>150 ms by default; not negative.</value>
    public TimeSpan PartialLag
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.PartialLag");
    } = TimeSpan.FromMilliseconds(150);

    /// <summary>Gets the probability that a word is misheard at first.</summary>
    /// <value>0.12 by default; 0 to 1.</value>
    public double RevisionChance
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, "SimulatedRecognizer.RevisionChance");
    } = 0.12;

    /// <summary>Gets the time until a misheard word is corrected. The next word also corrects it.</summary>
    /// <value>250 ms by default; not negative.</value>
    public TimeSpan RevisionDelay
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.RevisionDelay");
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the silence that ends the utterance.</summary>
    /// <value>500 ms by default; not negative.</value>
    public TimeSpan EndpointWait
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.EndpointWait");
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets the delay of the final transcript after the endpoint wait.</summary>
    /// <value>Zero by default; not negative.</value>
    public TimeSpan FinalLag
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.FinalLag");
    }

    /// <summary>
    /// Gets the interval at which an unchanged transcript is published again, with new evidence such as the silence so far.
    /// </summary>
    /// <value><see langword="null"/> by default: only changes are published. Otherwise more than zero.</value>
    public TimeSpan? Refresh
    {
        get;
        init => field = OptionCheck.Positive(value, "SimulatedRecognizer.Refresh");
    }

    /// <summary>Gets the end-of-turn detector.</summary>
    /// <value><see langword="null"/> by default: no score is published.</value>
    public EndOfTurnScore? EndOfTurn { get; init; }

    /// <summary>Gets the function that estimates P(final).</summary>
    /// <value>
    /// By default, a rough estimate: the stability times the end-of-turn score or, without a score, times the share of the endpoint wait
    /// that has been silent.
    /// </value>
    public Func<PartialTranscript, double>? Probability { get; init; }

    /// <summary>Gets the function that returns the misheard form of a word.</summary>
    /// <value>By default, the last letter is removed, or doubled if it is the only one.</value>
    public Func<string, string>? Mishear { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the block is added with <c>LiveInput()</c>. If so, it reports when the speech and the endpoint
    /// wait ended, and the chain's budget counts from the end of the wait.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool LiveInput { get; init; }

    /// <summary>Returns the transcripts that are published before the transcript of an utterance is final.</summary>
    /// <param name="utterance">The utterance.</param>
    /// <returns>The partial transcripts, in chronological order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Refresh"/> is not more than zero.</exception>
    public IEnumerable<PartialTranscript> Partials(Utterance utterance)
    {
        ArgumentNullException.ThrowIfNull(utterance);
        return Times(utterance).Select(p => Observe(utterance, p.At, p.Words, p.Misheard));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Hypothesis<string>> InvokeAsync(
        Utterance input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(input);
        TimeProvider time = context.Time;
        long start = time.GetTimestamp();
        foreach (PartialTranscript partial in Partials(input))
        {
            await VirtualDelay.Of(time, partial.At - time.GetElapsedTime(start), cancellationToken);
            yield return Hypothesis.Tentative(partial.Text, (Probability ?? Estimate)(partial), partial.Features);
        }

        await VirtualDelay.Of(time, input.SpeechEnd + EndpointWait - time.GetElapsedTime(start), cancellationToken);
        if (LiveInput)
        {
            long known = time.GetTimestamp();
            context.InputEnded(known - (long)(EndpointWait.TotalSeconds * time.TimestampFrequency), known);
        }

        await VirtualDelay.Of(time, FinalLag, cancellationToken);
        yield return Hypothesis.Final(input.Text);
    }

    double Estimate(PartialTranscript partial)
    {
        double end = partial.Features.EndOfTurn
            ?? (EndpointWait > TimeSpan.Zero ? Math.Min(1, partial.Features.Silence.GetValueOrDefault() / EndpointWait) : 0.5);
        return end * partial.Features.Stability.GetValueOrDefault(1);
    }

    /// <summary>The publication times up to the end, with the number of words and whether the last one is misheard.</summary>
    IEnumerable<(TimeSpan At, int Words, bool Misheard)> Times(Utterance utterance)
    {
        TimeSpan end = utterance.SpeechEnd + EndpointWait + FinalLag;
        for (int i = 0; i < utterance.Words.Count; i++)
        {
            TimeSpan at = utterance.Words[i].End + PartialLag;
            TimeSpan until = i + 1 < utterance.Words.Count ? utterance.Words[i + 1].End + PartialLag : end;
            bool misheard = utterance.Key.Fold(i).Fold("misheard").Uniform() < RevisionChance;
            TimeSpan right = misheard ? at + RevisionDelay : at;
            while (at < until && at < end)
            {
                yield return (at, i + 1, misheard && at < right);
                TimeSpan again = Refresh is { } refresh ? at + refresh : until;
                at = at < right && right < again ? right : again;
            }
        }
    }

    PartialTranscript Observe(Utterance utterance, TimeSpan at, int words, bool misheard)
    {
        RandomKey luck = utterance.Key.Fold(words - 1);
        string text = string.Join(
            ' ', utterance.Words.Take(words - 1).Select(w => w.Text).Append(Heard(utterance.Words[words - 1].Text, misheard)));
        TimeSpan silence = SilenceAt(utterance, at);
        double doubt = luck.Fold(misheard ? "wrong" : "right").Uniform();
        var features = new HypothesisFeatures
        {
            Silence = silence,
            Stability = misheard ? 0.9 * doubt : 1 - (0.3 * doubt * doubt),
            EndOfTurn = EndOfTurn?.Score(at >= utterance.SpeechEnd, luck.Fold("end of turn")),
            TimeToFinal = Longer(EndpointWait - silence, TimeSpan.Zero) + FinalLag,
        };
        return new(text, words, at, features, text == utterance.Text);
    }

    string Heard(string word, bool misheard) =>
        !misheard ? word : Mishear is not null ? Mishear(word) : word.Length > 1 ? word[..^1] : word + word;

    static TimeSpan SilenceAt(Utterance utterance, TimeSpan at)
    {
        TimeSpan last = TimeSpan.Zero;
        foreach (TimedWord word in utterance.Words)
        {
            if (word.Start >= at)
            {
                break;
            }

            last = word.End;
        }

        return Longer(at - last, TimeSpan.Zero);
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
