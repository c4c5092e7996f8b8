using Microsoft.Extensions.Time.Testing;

namespace AgentChain.Remote.Tests;

/// <summary>What is remembered of servers, conversations and texts.</summary>
public sealed class ServerStateTests : IDisposable
{
    readonly ChatServer _one = New("one");
    readonly ChatServer _two = New("two");

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
    }

    [Fact]
    public void Estimates_TimesPass_TheOldOnesFade()
    {
        var time = new FakeTimeProvider();
        var estimates = new ServerEstimates(time);
        Assert.Equal((TimeSpan.Zero, null), (estimates.FirstText, estimates.CachedShare));
        estimates.Saw(1.Seconds());
        Assert.Equal(1000, estimates.FirstText.TotalMilliseconds, 3);
        estimates.Saw(2.Seconds());
        Assert.Equal(1200, estimates.FirstText.TotalMilliseconds, 3);
        time.Advance(30.Seconds());
        Assert.Equal(600, estimates.FirstText.TotalMilliseconds, 3);
    }

    [Fact]
    public void Estimates_RequestsAreGivenUp_OnlyLongWaitsCount()
    {
        var estimates = new ServerEstimates(new FakeTimeProvider());
        estimates.SawNone(5.Seconds());
        Assert.Equal(5000, estimates.FirstText.TotalMilliseconds, 3);
        estimates.SawNone(1.Seconds());
        Assert.Equal(5000, estimates.FirstText.TotalMilliseconds, 3);
        estimates.SawNone(10.Seconds());
        Assert.Equal((6000, 0), (Math.Round(estimates.FirstText.TotalMilliseconds), estimates.Answers));
    }

    [Fact]
    public void Estimates_CountsOfAHostileServer_AreBounded()
    {
        var estimates = new ServerEstimates(TimeProvider.System);
        estimates.Used(-5, 10);
        Assert.Null(estimates.CachedShare);
        estimates.Used(100, 5000);
        Assert.Equal((1.0, (100L, 100L)), (estimates.CachedShare, estimates.Tokens));
        estimates.Used(100, -1);
        Assert.Equal((200, 100), estimates.Tokens);
    }

    [Fact]
    public void Places_TooMany_TheLeastRecentlyAskedIsForgotten()
    {
        var places = new ConversationPlaces(2);
        places.Answered("a", _one, null);
        places.Answered("b", _one, null);
        places.Answered("a", _two, null);
        places.Answered("c", _two, null);
        Assert.Equal((_two, null, _two), (places.Find("a"), places.Find("b"), places.Find("c")));
        Assert.Null(places.Find(null));
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(0, false)]
    [InlineData(null, true)]
    public void Places_ServerHasLostThePrefix_TheConversationIsFree(int? cached, bool stays)
    {
        var places = new ConversationPlaces(2);
        WireUsage usage = new() { PromptTokens = 100, PromptTokensDetails = new() { CachedTokens = cached } };
        places.Answered("a", _one, usage with { PromptTokensDetails = null });
        places.Answered("a", _one, usage);
        Assert.Equal(stays ? _one : null, places.Find("a"));
    }

    [Theory]
    [InlineData("one two", "| three", "one two| three")]
    [InlineData("one two ", " three|", "one two three")]
    [InlineData("one two \n ", " |\n| | three", "one two \n  three")]
    [InlineData("one two ", "three", "one two three")]
    [InlineData("one two \n", " three", "one two \nthree")]
    [InlineData("  ", " |one", "  one")]
    public void SaidText_GoesOn_WhiteSpaceIsHandedOnOnce(string before, string pieces, string expected)
    {
        var said = new SaidText();
        string all = said.Add(before);
        Assert.Equal(before.TrimEnd(), said.ToGoOn());
        all += string.Concat(pieces.Split('|').Where(piece => piece.Length > 0).Select(said.Add));
        Assert.Equal(expected.Replace("|", "", StringComparison.Ordinal), all);
    }

    static ChatServer New(string name) => new(new(name, new Uri("http://none/v1"), "small"));

    [Fact]
    public void ToString_State_IsOneLine()
    {
        ServerException failure;
        try
        {
            throw new ServerException("one", "It broke.");
        }
        catch (ServerException error)
        {
            failure = error;
        }

        var state = new ChatServerState
        {
            Health = ServerHealth.Unavailable, Requests = 1, Load = 0.25, TimeToFirstText = 20.Milliseconds(), CachedShare = 0.5, ShedFor = 1.Seconds(),
            LastFailure = failure,
        };
        Assert.Equal(
            "Unavailable, 1 request in flight (25 %), first text after 20 ms, 50 % of the prompts cached, sheds for 1000 ms; latest failure: It broke.",
            state.ToString());
    }
}
