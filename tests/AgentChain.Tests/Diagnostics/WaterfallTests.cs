using AgentChain.Diagnostics;
using AgentChain.Speculation;

namespace AgentChain.Tests.Diagnostics;

public class WaterfallTests
{
    [Fact]
    public void ToWaterfall_Report_DrawsAlignedBarsAndThePath()
    {
        TurnReport report = Report(
            240,
            [
                new("listen", PartKind.Queue, Ms(0), Ms(10)),
                new("listen", PartKind.Block, Ms(10), Ms(60)),
                new("respond", PartKind.Device, Ms(60), Ms(90)),
                new("respond", PartKind.Block, Ms(90), Ms(200)),
                new("speak", PartKind.Block, Ms(200), Ms(240)),
            ],
            [
                new("listen", Ms(0), Ms(10), Ms(60), SpanNotes.None),
                new("respond", Ms(60), Ms(60), Ms(200), SpanNotes.Overran) { DeviceWait = Ms(30) },
                new("speak", Ms(120), Ms(140), Ms(160), SpanNotes.None),
                new("speak", Ms(200), Ms(200), Ms(240), SpanNotes.FellBack),
            ]);
        string expected = """
            turn     |                                                | 240.0 ms, first output at 150.0 ms
            listen   |░░██████████                                    | at 10.0 ms for 50.0 ms
            respond  |            ▒▒▒▒▒▒██████████████████████        | at 60.0 ms for 110.0 ms [Overran]
            speak    |                        ░░░░████        ████████| at 140.0 ms for 60.0 ms in 2 runs [FellBack]
            critical path: wait for listen 10.0 ms, listen 50.0 ms, device for respond 30.0 ms, respond 110.0 ms, speak 40.0 ms = 240.0 ms

            """;
        Assert.Equal(expected.ReplaceLineEndings(), report.ToWaterfall());
    }

    [Fact]
    public void ToWaterfall_ShortRuns_AreStillSeenAndStayInTheFrame()
    {
        TurnReport report = Report(
            1000,
            [new("a", PartKind.Block, Ms(0), Ms(1000))],
            [
                new("a", Ms(0), Ms(0), Ms(0.01), SpanNotes.None),
                new("a much longer name", Ms(999.99), Ms(999.99), Ms(1000), SpanNotes.None),
            ]);
        string[] lines = report.ToWaterfall().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("a                   |█" + new string(' ', 47) + "| at 0.0 ms for 0.0 ms", lines[1]);
        Assert.Equal("a much longer name  |" + new string(' ', 47) + "█| at 1000.0 ms for 0.0 ms", lines[2]);
        Assert.Single(lines.Take(3).Select(l => l.IndexOf('|')).Distinct());
        Assert.Single(lines.Take(3).Select(l => l.LastIndexOf('|')).Distinct());
    }

    [Fact]
    public void ToWaterfall_LiveInput_CountsFromItsEnd()
    {
        var report = new TurnReport(
            Ms(1100),
            Ms(1050),
            [
                new("input", PartKind.Input, Ms(0), Ms(600)),
                new("endpoint", PartKind.Endpointing, Ms(600), Ms(1000)),
                new("listen", PartKind.Block, Ms(1000), Ms(1050)),
                new("speak", PartKind.Block, Ms(1050), Ms(1100)),
            ],
            [],
            [
                new("early", Ms(0), Ms(0), Ms(400), SpanNotes.None),
                new("listen", Ms(0), Ms(0), Ms(1050), SpanNotes.None),
                new("speak", Ms(1050), Ms(1050), Ms(1100), SpanNotes.None),
            ])
        { InputEnded = Ms(1000) };
        string[] lines = report.ToWaterfall().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("turn      |" + new string(' ', 48) + "| 100.0 ms, first output at 50.0 ms, counted from the end of the input", lines[0]);
        Assert.StartsWith("early     |" + new string(' ', 48) + "|", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("listen    |" + new string('█', 24) + new string(' ', 24) + "|", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("speak     |" + new string(' ', 24) + new string('█', 24) + "|", lines[3], StringComparison.Ordinal);
        Assert.Equal("critical path: input 600.0 ms, endpoint 400.0 ms, listen 50.0 ms, speak 50.0 ms = 1100.0 ms", lines[4]);
    }

    [Fact]
    public void ToWaterfall_NothingRan_DrawsTheTurnAlone()
    {
        string[] lines = new TurnReport(Ms(0), null, [], [], []).ToWaterfall().ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("turn      |" + new string(' ', 48) + "| 0.0 ms", lines[0]);
        Assert.Equal("critical path:  = 0.0 ms", lines[1]);
    }

    [Fact]
    public void ToWaterfall_Speculation_DrawsWhatStoodAndWhatWasInVainBeforeTheEndOfTheInput()
    {
        var report = new TurnReport(
            Ms(1080),
            Ms(1040),
            [
                new("input", PartKind.Input, Ms(0), Ms(600)),
                new("endpoint", PartKind.Endpointing, Ms(600), Ms(1000)),
                new("speak", PartKind.Block, Ms(1000), Ms(1080)),
            ],
            [],
            [
                new("listen", Ms(0), Ms(0), Ms(1000), SpanNotes.None),
                new("respond", Ms(600), Ms(600), Ms(700), SpanNotes.Speculative | SpanNotes.Terminated),
                new("respond", Ms(800), Ms(800), Ms(900), SpanNotes.Speculative),
                new("voice", Ms(800), Ms(800), Ms(850), SpanNotes.Prefill),
                new("speak", Ms(880), Ms(900), Ms(1040), SpanNotes.Speculative | SpanNotes.Overran),
                new("speak", Ms(1040), Ms(1040), Ms(1080), SpanNotes.None),
            ])
        {
            InputEnded = Ms(1000),
            Speculation = new SpeculationAccount
            {
                Started = 3, Committed = 2, Terminated = 1, Prefills = 1, Saved = Ms(310), Wasted = Ms(100), Prefilling = Ms(50),
            },
        };
        string expected = """
            turn      |                                        |       | 80.0 ms, first output at 40.0 ms, counted from the end of the input
            listen    |████████████████████████████████████████|       | at -1000.0 ms for 1000.0 ms
            respond   |××××××××××          ▓▓▓▓▓▓▓▓▓▓          |       | at -400.0 ms for 200.0 ms in 2 runs, 1 early, 1 wasted
            voice     |                    ▚▚▚▚▚               |       | at -200.0 ms for 50.0 ms, prefill
            speak     |                            ░░▓▓▓▓▓▓▓▓▓▓▓▓▓▓████| at -100.0 ms for 180.0 ms in 2 runs, 1 early [Overran]
            critical path: input 600.0 ms, endpoint 400.0 ms, speak 80.0 ms = 1080.0 ms
            speculation: 3 started, 2 committed, saved 310.0 ms, wasted 100.0 ms, 1 prefilled in 50.0 ms

            """;
        Assert.Equal(expected.ReplaceLineEndings(), report.ToWaterfall());
    }

    [Fact]
    public void ToWaterfall_Width_IsThatOfTheBars()
    {
        TurnReport report = Report(100, [new("work", PartKind.Block, Ms(0), Ms(100))], [new("work", Ms(0), Ms(50), Ms(100), SpanNotes.None)]);
        string[] lines = report.ToWaterfall(10).ReplaceLineEndings("\n").Split('\n');
        Assert.StartsWith("turn  |          | 100.0 ms", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("work  |░░░░░█████| at 50.0 ms", lines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(401)]
    public void ToWaterfall_WidthOutOfRange_Throws(int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Report(100, [], []).ToWaterfall(width));

    static TurnReport Report(double elapsed, ReportPart[] parts, BlockSpan[] spans) => new(Ms(elapsed), Ms(150), parts, [], spans);

    static TimeSpan Ms(double time) => TimeSpan.FromMilliseconds(time);
}
