using System.Globalization;

namespace AgentChain.Tests.Soak.LongStreams;

/// <summary>The result of one long turn.</summary>
/// <param name="Name">Which.</param>
/// <param name="Items">How many items it had.</param>
/// <param name="Elapsed">How long it took, the samples of the heap included.</param>
/// <param name="Peak">The largest growth of the managed heap on the way, in bytes.</param>
/// <param name="After">The growth at the end, with the result and its report held, in bytes.</param>
/// <param name="Spans">The spans in the report.</param>
/// <param name="Parts">The parts in the report.</param>
/// <param name="Fault">The requirement that did not hold; <see langword="null"/> if all of them held.</param>
sealed record LongStreamRow(string Name, int Items, TimeSpan Elapsed, long Peak, long After, int Spans, int Parts, string? Fault)
{
    public static string Header => $"{"turn",-24}{"items",10}{"seconds",10}{"peak, KiB",12}{"after, KiB",12}{"spans",9}{"parts",9}";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-24}{Items,10}{Elapsed.TotalSeconds,10:0.0}{Peak / 1024,12}{After / 1024,12}{Spans,9}{Parts,9}{(Fault is null ? "" : $"  {Fault}")}");
}
