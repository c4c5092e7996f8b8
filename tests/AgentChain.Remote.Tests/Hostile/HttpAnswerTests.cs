using System.Text;
using AgentChain.Devices;
using AgentChain.Remote.Tests.Servers;

namespace AgentChain.Remote.Tests.Hostile;

/// <summary>Answers that keep to the letter of HTTP and of event streams, or nearly: the text is whole.</summary>
public sealed class HttpAnswerTests
{
    const string Head = RawCall.Events;

    public static TheoryData<string, string> Whole => new()
    {
        { "LF", Head + RawCall.Say("good ") + RawCall.Say("day") + RawCall.End },
        { "CRLF", Head + (RawCall.Say("good ") + RawCall.Say("day") + RawCall.End).Replace("\n", "\r\n", StringComparison.Ordinal) },
        { "CR", Head + (RawCall.Say("good ") + RawCall.Say("day") + RawCall.End).Replace("\n", "\r", StringComparison.Ordinal) },
        { "mixed", Head + RawCall.Say("good ").Replace("\n\n", "\r\n\n", StringComparison.Ordinal) + RawCall.Say("day").Replace("\n\n", "\r\r\n", StringComparison.Ordinal) + RawCall.End },
        { "comments", Head + ": hello\n\n:\n" + RawCall.Say("good ") + ": ping\n: ping\n\n" + RawCall.Say("day") + RawCall.End },
        { "no space", Head + (RawCall.Say("good ") + RawCall.Say("day") + RawCall.End).Replace("data: ", "data:", StringComparison.Ordinal) },
        { "ids and retries", Head + "id: 1\nretry: 100\n" + RawCall.Say("good ") + "id: 2\n" + RawCall.Say("day") + RawCall.End },
        { "byte order mark", Head + "\u00EF\u00BB\u00BF" + RawCall.Say("good ") + RawCall.Say("day") + RawCall.End },
        { "no [DONE]", Head + RawCall.Say("good ") + RawCall.Say("day") + RawCall.Finish },
        { "finished twice", Head + RawCall.Say("good ") + RawCall.Say("day") + RawCall.Finish + RawCall.Finish + RawCall.End },
        { "HTTP/1.0", Head.Replace("HTTP/1.1", "HTTP/1.0", StringComparison.Ordinal) + RawCall.Say("good ") + RawCall.Say("day") + RawCall.End },
        { "content type in capitals", Head.Replace("text/event-stream", "Text/Event-Stream; charset=UTF-8", StringComparison.Ordinal) + RawCall.Say("good ") + RawCall.Say("day") + RawCall.End },
        { "empty choices", Head + "data: {\"choices\":[]}\n\n" + RawCall.Say("good ") + "data: {\"choices\":[null]}\n\n" + RawCall.Say("day") + RawCall.End },
        { "early hints", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + Head + RawCall.Say("good ") + RawCall.Say("day") + RawCall.End },
        { "error null", Head + "data: {\"error\":null,\"choices\":[{\"delta\":{\"content\":\"good \"}}]}\n\n" + RawCall.Say("day") + RawCall.End },
        { "usage of another shape", Head + "data: {\"usage\":{\"prompt_tokens\":\"many\",\"prompt_tokens_details\":[]},\"choices\":[{\"delta\":{\"content\":\"good \"}}]}\n\n" + RawCall.Say("day") + RawCall.End },
        { "fields of another shape", Head + "data: {\"object\":1,\"model\":{\"a\":1},\"choices\":[{\"delta\":{\"role\":7,\"content\":\"good \"}}]}\n\n" + RawCall.Say("day") + RawCall.End },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public async Task Ask_AnswerInAnotherStyle_IsReadWhole(string style, string answer)
    {
        await using RawServer server = RawServer.Answer(answer);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        string text = await chain.AskAsync();
        Assert.True(text == "good day", $"{style}: '{text}'");
        Assert.Equal((ServerHealth.Healthy, 0), (one.Health, devices.OpenLeases));
    }

    [Theory]
    [InlineData("""a\ud83d""", """\ude00b""", "a\U0001F600b")]
    [InlineData("""a\"\n\u00e9\ud83d""", """\ude00""", "a\"\n\u00E9\U0001F600")]
    [InlineData("""a\ud83d""", "b", "a\uFFFDb")]
    [InlineData("a", """\ude00b""", "a\uFFFDb")]
    [InlineData("a", """b\ud83d""", "ab\uFFFD")]
    [InlineData("""\ud83d""", """\ud83d\ude00""", "\uFFFD\U0001F600")]
    public async Task Ask_TextIsCutWithinAPairOfSurrogates_ThePairStaysTogether(string first, string second, string expected)
    {
        await using RawServer server = RawServer.Answer(Head + RawCall.Say(first) + RawCall.Say(second) + RawCall.End);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        IReadOnlyList<string> pieces = await chain.RunToListAsync(Ask.Question()).AsTask().WaitAsync(Ask.Patience);
        Assert.Equal(expected, string.Concat(pieces));
        Assert.All(pieces, piece => Assert.True(piece.IsNormalized(), "A piece has half of a pair."));
    }

    [Fact]
    public async Task Ask_LongRequestAndServerKnowsNoExpectation_ItIsSentWithoutOne()
    {
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(call.Body.Length == 0
                ? "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                : Head + RawCall.Say("good day") + RawCall.End);
            call.Close();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("good day", await chain.AskAsync(Ask.Question(new string('a', 2_000_000))));
        Assert.Equal(2, server.Calls);
    }

    [Fact]
    public async Task Ask_ShortRequestAndServerKnowsNoExpectation_FailsOnce()
    {
        await using RawServer server = RawServer.Answer("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal(417, (await chain.FailAsync<ServerException>()).Status);
        Assert.Equal(1, server.Calls);
    }

    [Fact]
    public async Task Ask_UsageInEveryChunk_TheLastOneCounts()
    {
        static string Piece(string text, int tokens) =>
            $$"""data: {"choices":[{"delta":{"content":"{{text}}"} }],"usage":{"prompt_tokens":5,"completion_tokens":{{tokens}} } }""" + "\n\n";
        await using RawServer server = RawServer.Answer(Head + Piece("good ", 1) + Piece("day", 2) + RawCall.End);
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await using Turn<string> turn = chain.Start(Ask.Question());
        await turn.ReadAsync([]).WaitAsync(Ask.Patience);
        ModelUsage usage = Assert.Single((await turn.Completion).Report.Usage).Usage;
        Assert.Equal((5, 2, 5), (usage.InputTokens, usage.OutputTokens, one.State.PromptTokens));
    }

    [Fact]
    public async Task Ask_EmptyFinishReasonInEveryChunk_TheAnswerGoesOn()
    {
        var second = new TaskCompletionSource();
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(Head + """data: {"choices":[{"delta":{"content":"good "},"finish_reason":""}]}""" + "\n\n");
            await second.Task;
            await call.SendAsync(RawCall.Say("day") + RawCall.End);
            call.Close();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        await using Turn<string> turn = chain.Start(Ask.Question());
        List<string> read = [];
        await turn.ReadAsync(read, 1, () => _ = Task.Run(async () =>
        {
            await Task.Delay(1_500);
            second.SetResult();
        })).WaitAsync(Ask.Patience);
        Assert.Equal(["good ", "day"], read);
    }

    [Fact]
    public async Task Ask_Utf8InPieces_IsReadWhole()
    {
        await using RawServer server = RawServer.Start(async call =>
        {
            await call.SendAsync(Head);
            byte[] bytes = Encoding.UTF8.GetBytes("data: {\"choices\":[{\"delta\":{\"content\":\"žluťoučký 🐎\"}}]}\n\n" + RawCall.End);
            foreach (byte b in bytes)
            {
                await call.SendAsync([b]);
            }

            call.Close();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("žluťoučký 🐎", await chain.AskAsync());
    }

    [Fact]
    public async Task Ask_HalfACharacterInTheQuestion_IsSentAsItsReplacement()
    {
        string body = "";
        await using RawServer server = RawServer.Start(async call =>
        {
            body = call.Body;
            await call.SendAsync(Head + RawCall.Say("fine") + RawCall.End);
            call.Close();
        });
        using ChatServer one = server.Device("one");
        using DeviceScheduler devices = Ask.Devices(one);
        await using var chain = Ask.Chain(devices, new ChatServerBlock(one));
        Assert.Equal("fine", await chain.AskAsync(Ask.Question("half \uD83D")));
        using var json = System.Text.Json.JsonDocument.Parse(body);
        Assert.Equal("half \uFFFD", json.RootElement.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Fact]
    public void Connections_WithoutRequests_AreClosedBeforeTheServersCloseThem()
    {
        using SocketsHttpHandler handler = ChatServer.Own(new ChatServerOptions("one", new Uri("http://one/v1"), "small"));
        Assert.InRange(handler.PooledConnectionIdleTimeout, 1.Seconds(), 4_500.Milliseconds());
    }
}
