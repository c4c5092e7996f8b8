namespace AgentChain.Simulation.Tests.Arrivals;

public sealed class AzureTraceTests
{
    private const string Header = "TIMESTAMP,ContextTokens,GeneratedTokens\r\n";

    [Fact]
    public void Read_Rows_GivesTimesSinceTheFirstAndTokens()
    {
        Arrival[] arrivals = [.. Trace("2023-11-16 18:17:03.9799600,4808,10\r\n\r\n2023-11-16 18:17:04.0319600,3180,8").Read()];

        Assert.Equal([(2, 0, 4808, 10), (4, 52, 3180, 8)], arrivals.Select(a => (a.Row, a.Time.TotalMilliseconds, a.InputTokens, a.OutputTokens)));
    }

    [Theory]
    [InlineData("2023-11-16 18:17:03,1,2\n2023-11-16 18:17:02,1,2", 3, "TIMESTAMP", "before")]
    [InlineData("2023-11-16 18:17:03,1,2\n2023-11-16 18:17:05,1,2\n2023-11-16 18:17:04,1,2", 4, "Time", "before the arrival above")]
    [InlineData("2023-11-16 18:17:03,1,2\n2033-11-16 18:17:02,1,2", 3, "TIMESTAMP", "366 days")]
    [InlineData("NaN,1,2", 2, "TIMESTAMP", "'NaN' is not a time")]
    [InlineData(",1,2", 2, "TIMESTAMP", "an empty value is not a time")]
    [InlineData("2023-11-16 18:17:03,-1,2", 2, "ContextTokens", "negative")]
    [InlineData("2023-11-16 18:17:03,NaN,2", 2, "ContextTokens", "whole number")]
    [InlineData("2023-11-16 18:17:03,1,1e300", 2, "GeneratedTokens", "more than 100000000")]
    [InlineData("2023-11-16 18:17:03,1,many\u0007", 2, "GeneratedTokens", "'many\\u0007' is not a number")]
    [InlineData("2023-11-16 18:17:03,1", 2, null, "2 fields, but the header has 3")]
    public void Read_BrokenRow_NamesTheTraceTheRowAndTheField(string rows, int row, string? field, string part)
    {
        var error = Assert.Throws<ArrivalTraceException>(() => Trace(rows).Read().Count());

        Assert.Equal(("azure", row, field), (error.Trace, error.Row, error.Field));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.StartsWith($"azure, row {row}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoSuchColumn_NamesTheColumn()
    {
        var error = Assert.Throws<ArrivalTraceException>(() => ArrivalTrace.FromAzure(() => new StringReader("time,ContextTokens\n")).Read().Count());

        Assert.Equal((1, "TIMESTAMP"), (error.Row, error.Field));
    }

    [Fact]
    public void Read_BrokenRowAtTheEnd_GivesTheRowsBeforeIt()
    {
        using IEnumerator<Arrival> rows = Trace("2023-11-16 18:17:03,1,2\nbroken").Read().GetEnumerator();

        Assert.True(rows.MoveNext());
        Assert.Throws<ArrivalTraceException>(() => rows.MoveNext());
    }

    [Fact]
    public void Read_LineWithoutEnd_FailsBeforeItFillsTheMemory()
    {
        var error = Assert.Throws<ArrivalTraceException>(() => ArrivalTrace.FromAzure(() => new EndlessLine()).Read().Count());

        Assert.Equal(1, error.Row);
    }

    [Fact]
    public void FromAzure_FunctionReturnsNull_SaysSo()
    {
        var error = Assert.Throws<ArrivalTraceException>(() => ArrivalTrace.FromAzure(() => null!).Read().Count());

        Assert.Contains("returned null", error.Message, StringComparison.Ordinal);
    }

    private static ArrivalTrace Trace(string rows) => ArrivalTrace.FromAzure(() => new StringReader(Header + rows));

    private sealed class EndlessLine : TextReader
    {
        public override int Read(char[] buffer, int index, int count)
        {
            buffer.AsSpan(index, count).Fill('7');
            return count;
        }
    }
}
