using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Maps placeholders to values: <c>[name_1]</c> to the first name of a conversation, <c>[card_2]</c> to its second card. Immutable:
/// <see cref="Add(PersonalDataKind, string, out string)"/> returns a larger map, so a map can be kept per turn and shared between
/// threads. Keep the latest map of a conversation in a <see cref="RedactionMemory"/>, so that a value has the same placeholder
/// throughout.
/// </summary>
/// <remarks>
/// A map belongs to one caller. A chain serves many callers at once, so pass the map with each turn's input, never through a variable
/// that a lambda of the chain captures.
/// A map holds personal data. Its text form and its debugger display show counts only; values are available by placeholder, one at a
/// time.
/// </remarks>
[DebuggerDisplay("{Count} values")]
public sealed class RedactionMap
{
    /// <summary>The key under which <see cref="PiiRedactor"/> finds its initial map and carries the extended map downstream.</summary>
    public static readonly TurnKey<RedactionMap> Key = new("redaction map");

    const int LongestPlaceholder = 24;

    static readonly ImmutableArray<string> Words = [.. Enum.GetValues<PersonalDataKind>().Select(k => k.ToString().ToLowerInvariant())];

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly ImmutableDictionary<(PersonalDataKind Kind, string Canonical), string> _placeholders;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly ImmutableDictionary<string, string> _values;

    readonly ImmutableArray<int> _counts;

    RedactionMap(
        ImmutableDictionary<(PersonalDataKind Kind, string Canonical), string> placeholders,
        ImmutableDictionary<string, string> values,
        ImmutableArray<int> counts) =>
        (_placeholders, _values, _counts) = (placeholders, values, counts);

    /// <summary>Gets the empty map.</summary>
    public static RedactionMap Empty { get; } = new(
        ImmutableDictionary<(PersonalDataKind Kind, string Canonical), string>.Empty,
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal),
        [.. new int[Words.Length]]);

    /// <summary>Gets the number of values in the map.</summary>
    public int Count => _values.Count;

    /// <summary>Gets the placeholders, in no particular order.</summary>
    public IEnumerable<string> Placeholders => _values.Keys;

    /// <summary>The known values, which the redactor searches for.</summary>
    internal IEnumerable<(PersonalDataKind Kind, string Canonical)> Known => _placeholders.Keys;

    /// <summary>
    /// Adds a value and returns its placeholder: the existing one, or the next one of its kind. Values that differ only in case and
    /// spacing are equal, and so are numbers with the same digits in any script, regardless of separators.
    /// </summary>
    /// <param name="kind">The kind of the value.</param>
    /// <param name="value">The value in the spelling to restore; not empty.</param>
    /// <param name="placeholder">The placeholder of the value, such as <c>[account_1]</c>.</param>
    /// <returns>A map that contains the value; this instance if it already does.</returns>
    /// <exception cref="ArgumentException">The value is empty, or is a number without digits.</exception>
    public RedactionMap Add(PersonalDataKind kind, string value, out string placeholder) => Add(kind, value, null, out placeholder);

    /// <summary>Adds a value under a placeholder that is not reserved, because a text contains it already.</summary>
    internal RedactionMap Add(PersonalDataKind kind, string value, HashSet<string>? reserved, out string placeholder)
    {
        string canonical = Canonical(OptionCheck.Defined(kind, nameof(kind)), value);
        if (canonical.Length == 0)
        {
            throw new ArgumentException($"The value of kind {kind} is empty or has no digits, so it cannot have a placeholder.", nameof(value));
        }

        if (_placeholders.TryGetValue((kind, canonical), out string? known))
        {
            placeholder = known;
            return this;
        }

        int number = _counts[(int)kind];
        do
        {
            number++;
            placeholder = string.Create(CultureInfo.InvariantCulture, $"[{Words[(int)kind]}_{number}]");
        }
        while (reserved?.Contains(placeholder) == true);

        return new(
            _placeholders.Add((kind, canonical), placeholder), _values.Add(placeholder, value.Trim()), _counts.SetItem((int)kind, number));
    }

    /// <summary>Gets the value of a placeholder, in the spelling in which it was first added.</summary>
    /// <param name="placeholder">The placeholder, including brackets.</param>
    /// <param name="value">The value.</param>
    /// <returns><see langword="true"/> if the map contains the placeholder; otherwise, <see langword="false"/>.</returns>
    public bool TryGetValue(string placeholder, [NotNullWhen(true)] out string? value) => _values.TryGetValue(placeholder, out value);

    /// <summary>Returns the number of values as text.</summary>
    /// <returns>A text such as <c>3 redacted values</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} redacted values");

    /// <summary>Whether this map contains every placeholder of another map with the same value.</summary>
    internal bool Extends(RedactionMap other) =>
        other.Count <= Count && other._values.All(known => _values.TryGetValue(known.Key, out string? value) && value == known.Value);

    /// <summary>Returns this map with the values of another map added. New values get new placeholders.</summary>
    internal RedactionMap With(RedactionMap other)
    {
        RedactionMap joined = this;
        foreach (((PersonalDataKind kind, _), string placeholder) in other._placeholders.OrderBy(p => p.Value.Length).ThenBy(p =>
            p.Value, StringComparer.Ordinal))
        {
            joined = joined.Add(kind, other._values[placeholder], out _);
        }

        return joined;
    }

    /// <summary>Whether values of a kind are equal if their digits are.</summary>
    internal static bool IsNumber(PersonalDataKind kind) => kind is PersonalDataKind.Card or PersonalDataKind.Phone or PersonalDataKind.Ssn;

    /// <summary>Whether values of a kind are equal if their letters and digits are.</summary>
    internal static bool IsIdentifier(PersonalDataKind kind) => kind is PersonalDataKind.Account or PersonalDataKind.Iban;

    /// <summary>Returns the canonical form of a value, which is the same for equal values.</summary>
    internal static string Canonical(PersonalDataKind kind, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!IsNumber(kind) && !IsIdentifier(kind))
        {
            return string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
        }

        if (IsNumber(kind))
        {
            return SaidNumbers.Digits(value);
        }

        var canonical = new StringBuilder(value.Length);
        bool digits = false;
        for (int at = 0; at < value.Length;)
        {
            int digit = Characters.Digit(value, at, out int length);
            digits |= digit >= 0;
            if (digit >= 0)
            {
                canonical.Append((char)('0' + digit));
            }
            else if (char.IsLetter(value[at]))
            {
                canonical.Append(char.ToUpperInvariant(value[at]));
            }

            at += length;
        }

        return digits ? canonical.ToString() : SaidNumbers.Digits(value);
    }

    /// <summary>Returns the length of the placeholder at an index of a text, whatever it stands for; or 0.</summary>
    internal static int PlaceholderAt(ReadOnlySpan<char> text, int at)
    {
        ReadOnlySpan<char> rest = text[at..Math.Min(text.Length, at + LongestPlaceholder)];
        int close = rest.IndexOf(']');
        int line = rest.IndexOf('_');
        if (rest is not ['[', ..] || line < 2 || close < line + 2 || rest[(line + 1)..close].ContainsAnyExceptInRange('0', '9'))
        {
            return 0;
        }

        foreach (string word in Words)
        {
            if (rest[1..line].SequenceEqual(word))
            {
                return close + 1;
            }
        }

        return 0;
    }
}
