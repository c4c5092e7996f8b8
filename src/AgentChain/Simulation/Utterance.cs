using System.Diagnostics;

namespace AgentChain.Simulation;

/// <summary>What a user says in one turn: words, each at its time. Immutable.</summary>
[DebuggerDisplay("{Text}")]
public sealed class Utterance
{
    /// <summary>Makes an utterance from words whose times are known, such as those of a recording.</summary>
    /// <param name="words">The words, in order of time and without overlap; there may be none.</param>
    /// <param name="key">The luck of whoever hears it; utterances with equal keys are heard with the same.</param>
    /// <exception cref="ArgumentException">The words are out of order or overlap.</exception>
    public Utterance(IEnumerable<TimedWord> words, RandomKey key = default)
    {
        ArgumentNullException.ThrowIfNull(words);
        (Words, Key) = ([.. words], key);
        TimeSpan last = TimeSpan.Zero;
        foreach (TimedWord word in Words)
        {
            if (word.Start < last || word.End < word.Start)
            {
                throw new ArgumentException("The words must be in order of time and must not overlap.", nameof(words));
            }

            last = word.End;
        }

        (SpeechEnd, Text) = (last, string.Join(' ', Words.Select(w => w.Text)));
    }

    /// <summary>Gets the words.</summary>
    public IReadOnlyList<TimedWord> Words { get; }

    /// <summary>Gets the words with a space between each two: what a recognizer without fault would understand.</summary>
    public string Text { get; }

    /// <summary>Gets when the last word ended, counted from the start.</summary>
    /// <value>Zero when there is none.</value>
    public TimeSpan SpeechEnd { get; }

    /// <summary>Gets the luck of whoever hears it.</summary>
    public RandomKey Key { get; }

    /// <summary>Says a text.</summary>
    /// <param name="text">The text; its words are what stands between white space.</param>
    /// <param name="key">The luck of the speaker, and of whoever hears it.</param>
    /// <param name="rhythm">How it is said; as <see cref="SpeechRhythm"/> is by default.</param>
    /// <returns>The utterance.</returns>
    public static Utterance Say(string text, RandomKey key, SpeechRhythm? rhythm = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        rhythm = (rhythm ?? new SpeechRhythm()).Check();
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var timed = new TimedWord[words.Length];
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < words.Length; i++)
        {
            RandomKey word = key.Fold(i);
            TimeSpan start = i == 0 ? now : now + rhythm.PauseBefore(word.Fold("pause"));
            now = start + rhythm.LengthOf(word.Fold("length"));
            timed[i] = new(words[i], start, now);
        }

        return new(timed, key.Fold("hearing"));
    }
}
