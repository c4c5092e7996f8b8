using System.Runtime.CompilerServices;
using AgentChain.Blocks;
using AgentChain.Speculation;

namespace AgentChain.Simulation;

/// <summary>
/// Stands in for a streaming recognizer: hears an <see cref="Utterance"/> while it is spoken and publishes the growing transcript, at times with
/// its last word misheard and put right a little later. The final transcript, always right, comes when the user has been silent for the
/// end-point wait. The defaults are assumptions about such recognizers, not measurements of one.
/// </summary>
/// <remarks>
/// The turn starts with the utterance, so the block takes the time the user speaks. The utterance and its key decide everything. Pauses within an
/// utterance never end it, however long: the end-point detector is never fooled. Obeys its token at once. Also runs in real time.
/// </remarks>
public sealed class SimulatedRecognizer : IRevisingBlock<Utterance, string>
{
    /// <summary>Gets how long after its end a word is in the transcript.</summary>
    /// <value>150 ms by default; not negative.</value>
    public TimeSpan PartialLag
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.PartialLag");
    } = TimeSpan.FromMilliseconds(150);

    /// <summary>Gets how likely a word is misheard at first.</summary>
    /// <value>0.12 by default; 0 to 1.</value>
    public double RevisionChance
    {
        get;
        init => field = OptionCheck.Within(value, 0, 1, "SimulatedRecognizer.RevisionChance");
    } = 0.12;

    /// <summary>Gets how long a misheard word stands; the next word puts it right as well.</summary>
    /// <value>250 ms by default; not negative.</value>
    public TimeSpan RevisionDelay
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.RevisionDelay");
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets the silence after which the utterance counts as ended.</summary>
    /// <value>500 ms by default; not negative.</value>
    public TimeSpan EndpointWait
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.EndpointWait");
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets how long after the end-point wait the final transcript comes.</summary>
    /// <value>Zero by default; not negative.</value>
    public TimeSpan FinalLag
    {
        get;
        init => field = OptionCheck.NotNegative(value, "SimulatedRecognizer.FinalLag");
    }

    /// <summary>Gets after what time an unchanged transcript is published again, with new evidence such as the silence so far.</summary>
    /// <value><see langword="null"/> by default: only changes are published. More than zero.</value>
    public TimeSpan? Refresh
    {
        get;
        init => field = OptionCheck.Positive(value, "SimulatedRecognizer.Refresh");
    }

    /// <summary>Gets the end-of-turn detector.</summary>
    /// <value><see langword="null"/> by default: no score is published.</value>
    public EndOfTurnScore? EndOfTurn { get; init; }

    /// <summary>Gets what estimates P(final).</summary>
    /// <value>
    /// By default, crudely: the end-of-turn score, or without one the silence as a part of the end-point wait, times the stability.
    /// </value>
    public Func<PartialTranscript, double>? Probability { get; init; }

    /// <summary>Gets what a word is misheard as.</summary>
    /// <value>By default its last letter is missing, or doubled where it is the only one.</value>
    public Func<string, string>? Mishear { get; init; }

    /// <summary>
    /// Gets whether the block is added with <c>LiveInput()</c>: then it says when the speech and the end-point wait ended, and the chain's budget
    /// counts from there.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool LiveInput { get; init; }

    /// <summary>Gives what is published of an utterance before it is certain.</summary>
    /// <param name="utterance">The utterance.</param>
    /// <returns>The partial transcripts, in order of time.</returns>
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

    /// <summary>When something is published, up to the end: how many words, and whether the last is misheard.</summary>
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
        string text = string.Join(' ', utterance.Words.Take(words - 1).Select(w => w.Text).Append(Heard(utterance.Words[words - 1].Text, misheard)));
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

    string Heard(string word, bool misheard) => !misheard ? word : Mishear is not null ? Mishear(word) : word.Length > 1 ? word[..^1] : word + word;

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
