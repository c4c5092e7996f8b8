using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AgentChain.Turns;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Which placeholder stands for which value: <c>[name_1]</c> for the first name of a conversation, <c>[card_2]</c> for its second
/// card. Immutable: <see cref="Add"/> returns a larger map, so one may be kept for each turn and shared between threads. Keep the
/// latest for a conversation, in a <see cref="RedactionMemory"/>, and the same value has the same placeholder throughout.
/// </summary>
/// <remarks>
/// It belongs to one caller. A chain serves many at once, so a map must reach it with each turn's input, never through a variable that a
/// lambda of the chain captures.
/// It holds personal data. Its text form and its debugger display show counts only; what is in it is got by placeholder, one
/// value at a time.
/// </remarks>
[DebuggerDisplay("{Count} values")]
public sealed class RedactionMap
{
    /// <summary>The key under which <see cref="PiiRedactor"/> carries the map to the blocks behind it, and finds the one it begins with.</summary>
    public static readonly TurnKey<RedactionMap> Key = new("redaction map");

    static readonly int KindCount = Enum.GetValues<PersonalDataKind>().Length;

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

    /// <summary>Gets the map with nothing in it.</summary>
    public static RedactionMap Empty { get; } = new(
        ImmutableDictionary<(PersonalDataKind Kind, string Canonical), string>.Empty,
        ImmutableDictionary.Create<string, string>(StringComparer.Ordinal),
        [.. new int[KindCount]]);

    /// <summary>Gets how many values it holds.</summary>
    public int Count => _values.Count;

    /// <summary>Gets the placeholders, in no particular order.</summary>
    public IEnumerable<string> Placeholders => _values.Keys;

    /// <summary>What is known, for the redactor to find again.</summary>
    internal IEnumerable<(PersonalDataKind Kind, string Canonical)> Known => _placeholders.Keys;

    /// <summary>
    /// Gives a value its placeholder: the one it has, or the next of its kind. Values are the same when they differ only in case and
    /// spacing; numbers when they have the same digits, whatever stands between them.
    /// </summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value as it is to be put back; not empty.</param>
    /// <param name="placeholder">Its placeholder, such as <c>[account_1]</c>.</param>
    /// <returns>The map with the value in it; this very map when it was there already.</returns>
    /// <exception cref="ArgumentException">The value is empty, or a number without digits.</exception>
    public RedactionMap Add(PersonalDataKind kind, string value, out string placeholder)
    {
        string canonical = Canonical(kind, value);
        if (canonical.Length == 0)
        {
            throw new ArgumentException($"A value of the kind {kind} is empty or has no digits, so it can have no placeholder.", nameof(value));
        }

        if (_placeholders.TryGetValue((kind, canonical), out string? known))
        {
            placeholder = known;
            return this;
        }

        int number = _counts[(int)kind] + 1;
        placeholder = string.Create(CultureInfo.InvariantCulture, $"[{Word(kind)}_{number}]");
        return new(
            _placeholders.Add((kind, canonical), placeholder), _values.Add(placeholder, value.Trim()), _counts.SetItem((int)kind, number));
    }

    /// <summary>Gets the value that a placeholder stands for, spelled as when it was first added.</summary>
    /// <param name="placeholder">The placeholder, brackets included.</param>
    /// <param name="value">The value.</param>
    /// <returns><see langword="false"/> when nothing has that placeholder.</returns>
    public bool TryGetValue(string placeholder, [NotNullWhen(true)] out string? value) => _values.TryGetValue(placeholder, out value);

    /// <summary>Gives the number of values.</summary>
    /// <returns>For example <c>3 redacted values</c>.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} redacted values");

    /// <summary>Whether every placeholder of another map stands for the same here.</summary>
    internal bool Extends(RedactionMap other) =>
        other.Count <= Count && other._values.All(known => _values.TryGetValue(known.Key, out string? value) && value == known.Value);

    /// <summary>This map with the values of another one, those that are new under new placeholders.</summary>
    internal RedactionMap With(RedactionMap other)
    {
        RedactionMap joined = this;
        foreach (((PersonalDataKind kind, _), string placeholder) in other._placeholders.OrderBy(p => p.Value.Length).ThenBy(p => p.Value, StringComparer.Ordinal))
        {
            joined = joined.Add(kind, other._values[placeholder], out _);
        }

        return joined;
    }

    internal static bool IsNumber(PersonalDataKind kind) =>
        kind is PersonalDataKind.Account or PersonalDataKind.Card or PersonalDataKind.Phone;

    /// <summary>What is equal for equal values.</summary>
    internal static string Canonical(PersonalDataKind kind, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return IsNumber(kind)
            ? string.Concat(value.Where(char.IsAsciiDigit))
            : string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
    }

    static string Word(PersonalDataKind kind) => kind switch
    {
        PersonalDataKind.Name => "name",
        PersonalDataKind.Account => "account",
        PersonalDataKind.Card => "card",
        PersonalDataKind.Phone => "phone",
        PersonalDataKind.Email => "email",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of personal data."),
    };
}
