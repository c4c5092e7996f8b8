using System.Collections.Frozen;

namespace AgentChain.Blocks.Sentences;

/// <summary>
/// The names of months and days of the week, which continue a sentence after a day or a time: "6 p.m. Tuesday", "am 3. Mai".
/// </summary>
static class CalendarWords
{
    static readonly FrozenSet<string> Months = Set("""
        january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov
        dec januar februar märz mai juni juli oktober dezember jänner
        """);

    static readonly FrozenSet<string> DaysAndZones = Set("""
        monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun eastern pacific central mountain
        est edt pst pdt cst cdt mst mdt et pt ct gmt utc bst cet
        """);

    public static bool IsMonth(ReadOnlySpan<char> word) => Months.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    public static bool IsDayOrZone(ReadOnlySpan<char> word) => DaysAndZones.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    static FrozenSet<string> Set(string words) =>
        words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
