using AgentChain.Devices;
using AgentChain.Onnx.Language;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>The committed language model as a chat client.</summary>
public sealed class OnnxChatClientTests(Models models) : IClassFixture<Models>
{
    [Fact]
    public async Task GetStreamingResponse_Question_StreamsTheModelsAnswerThenTheUsage()
    {
        using OnnxChatClient client = models.Language.AsChatClient(new() { ModelId = "small" });
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(Models.Question()).ToListAsync();

        Assert.Equal(Models.Answer, string.Concat(updates.Select(update => update.Text)));
        Assert.True(updates.Count > 5, "The answer comes in pieces.");
        Assert.All(updates, update => Assert.Equal(("small", ChatRole.Assistant, updates[0].ResponseId), (update.ModelId, update.Role!.Value, update.ResponseId)));
        Assert.All(updates.SkipLast(1), update => Assert.Null(update.FinishReason));
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.IsType<GenerationStatistics>(updates[^1].RawRepresentation);
    }

    [Fact]
    public async Task GetResponse_Question_CountsTheTokensOfTheModelsOwnFormat()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        ChatResponse response = await client.GetResponseAsync(Models.Question());
        int prompt = models.Language.Encode(new ChatPrompt(Models.Question().Select(Plain))).Count;
        int answer = models.Language.Tokenizer.Encode(Models.Answer).Count;

        Assert.Equal(Models.Answer, response.Text);
        Assert.Equal((prompt, answer, prompt + answer), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(("language-model", ChatFinishReason.Stop), (response.ModelId, response.FinishReason));
    }

    [Fact]
    public async Task GetResponse_Instructions_AreTheSystemMessage()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        List<ChatMessage> question = Models.Question();

        ChatResponse response = await client.GetResponseAsync(question.Skip(1), new() { Instructions = question[0].Text });

        Assert.Equal(Models.Answer, response.Text);
    }

    [Fact]
    public async Task GetResponse_HistoryOfTheFirstAnswer_ReadsOnlyWhatIsNew()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        List<ChatMessage> history = Models.Question();
        ChatResponse first = await client.GetResponseAsync(history);
        history.AddMessages(first);
        history.Add(new(ChatRole.User, "thank you"));

        ChatResponse second = await client.GetResponseAsync(history);

        Assert.True(second.Usage!.CachedInputTokenCount >= first.Usage!.InputTokenCount, $"{second.Usage.CachedInputTokenCount} of {second.Usage.InputTokenCount}");
    }

    [Fact]
    public async Task GetResponse_MaxOutputTokens_EndsAtTheLimit()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        ChatResponse response = await client.GetResponseAsync(Models.Question(), new() { MaxOutputTokens = 3 });

        Assert.Equal((3, ChatFinishReason.Length), (response.Usage!.OutputTokenCount, response.FinishReason));
        Assert.StartsWith(response.Text, Models.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it is due", "your balance is $12.40. ")]
    [InlineData("your", "")]
    [InlineData(".40. it", "your balance is $12")]
    [InlineData("march 4", Models.Answer)]
    [InlineData("march 3.x", Models.Answer)]
    public async Task GetStreamingResponse_StopSequence_EndsBeforeIt(string stop, string expected)
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        ChatResponse response = await client.GetStreamingResponseAsync(Models.Question(), new() { StopSequences = [stop] }).ToChatResponseAsync();

        Assert.Equal((expected, ChatFinishReason.Stop), (response.Text, response.FinishReason));
    }

    [Fact]
    public async Task GetResponse_SameSeed_GivesTheSameAnswer_AndTheTemperatureReachesTheModel()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        var hot = new ChatOptions { Temperature = 60, Seed = -7, MaxOutputTokens = 20 };
        string one = (await client.GetResponseAsync(Models.Question(), hot)).Text;
        string other = (await client.GetResponseAsync(Models.Question(), hot)).Text;
        var raw = new ChatOptions { RawRepresentationFactory = _ => new GenerationOptions { Temperature = 60, Seed = unchecked((ulong)-7), MaxTokens = 20 } };

        Assert.NotEqual(Models.Answer, one);
        Assert.Equal(one, other);
        Assert.Equal(one, (await client.GetResponseAsync(Models.Question(), raw)).Text);
        Assert.Equal(Models.Answer, (await client.GetResponseAsync(Models.Question(), new() { Temperature = 60, TopK = 1 })).Text);
    }

    public static TheoryData<string, ChatOptions> Refused => new()
    {
        { "Tools", new() { Tools = [new HostedWebSearchTool()] } },
        { "ToolMode", new() { ToolMode = ChatToolMode.RequireAny } },
        { "ResponseFormat", new() { ResponseFormat = ChatResponseFormat.Json } },
        { "FrequencyPenalty", new() { FrequencyPenalty = 1 } },
        { "PresencePenalty", new() { PresencePenalty = 1 } },
        { "ConversationId", new() { ConversationId = "c" } },
        { "ModelId", new() { ModelId = "other" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task GetResponse_OptionThatCannotBeKept_IsRefusedByName(string option, ChatOptions options)
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync(Models.Question(), options));
        Assert.Contains($"ChatOptions.{option} ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_ToolsWithModeNone_Answers()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")], ToolMode = ChatToolMode.None };
        Assert.Equal(Models.Answer, (await client.GetResponseAsync(Models.Question(), options)).Text);
    }

    public static TheoryData<string, ChatOptions> OutOfRange => new()
    {
        { "MaxOutputTokens", new() { MaxOutputTokens = 0 } },
        { "Temperature", new() { Temperature = -1 } },
        { "TopP", new() { TopP = 2 } },
        { "TopK", new() { TopK = -1 } },
        { "StopSequences", new() { StopSequences = [""] } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public async Task GetResponse_OptionOutOfRange_NamesIt(string option, ChatOptions options)
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(() => client.GetResponseAsync(Models.Question(), options));
        Assert.Equal($"options.{option}", error.ParamName);
    }

    [Fact]
    public async Task GetResponse_MessagesTheModelCannotRead_AreRefusedWithoutTheirText()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        await Assert.ThrowsAsync<ArgumentNullException>("messages", () => client.GetResponseAsync((IEnumerable<ChatMessage>)null!));
        await Assert.ThrowsAsync<ArgumentException>("messages", () => client.GetResponseAsync([]));
        await Assert.ThrowsAsync<ArgumentException>("messages", () => client.GetResponseAsync([null!]));
        var picture = await Assert.ThrowsAsync<NotSupportedException>(() =>
            client.GetResponseAsync([new(ChatRole.User, [new TextContent("secret"), new UriContent("http://example.com/a.png", "image/png")])]));
        Assert.Contains("UriContent", picture.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", picture.Message, StringComparison.Ordinal);
        var tool = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync([new(ChatRole.Tool, "secret")]));
        Assert.Contains("'tool'", tool.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>("prompt", () => client.GetResponseAsync(string.Join(' ', Enumerable.Repeat("word", 20_000))));

        Assert.Equal(Models.Answer, (await client.GetResponseAsync(Models.Question())).Text);
    }

    [Fact]
    public async Task GetStreamingResponse_Canceled_EndsTheGenerationAndTheClientGoesOn()
    {
        using var lane = new DeviceLane("cpu");
        using OnnxChatClient client = models.Language.AsChatClient(new() { Lane = lane });
        using var stop = new CancellationTokenSource();
        int read = 0;

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(Models.Question(), cancellationToken: stop.Token))
            {
                read++;
                await stop.CancelAsync();
            }
        });

        Assert.Equal((1, 0), (read, lane.Pending));
        Assert.Equal(stop.Token, error.CancellationToken);
        Assert.Equal(Models.Answer, (await client.GetResponseAsync(Models.Question())).Text);
    }

    [Fact]
    public async Task GetResponse_Concurrently_EachGetsItsAnswer()
    {
        using OnnxChatClient client = models.Language.AsChatClient();
        ChatResponse[] answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.GetResponseAsync(Models.Question())));
        Assert.All(answers, answer => Assert.Equal(Models.Answer, answer.Text));
    }

    [Fact]
    public async Task Dispose_ThenARequest_IsRefused_AndTheModelStays()
    {
        OnnxChatClient client = models.Language.AsChatClient();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync(Models.Question()));

        using OnnxChatClient other = models.Language.AsChatClient();
        Assert.Equal(Models.Answer, (await other.GetResponseAsync(Models.Question())).Text);
    }

    [Fact]
    public async Task Dispose_ModelInMidStream_TheAnswerIsWholeAndTheNextRequestIsRefused()
    {
        // The memory of a model that is unloaded while it runs is no longer valid: that would end the process.
        using var own = new Models();
        using OnnxChatClient client = own.Language.AsChatClient();
        string said = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Models.Question()))
        {
            said += update.Text;
            own.Language.Dispose();
        }

        Assert.Equal(Models.Answer, said);
        var error = await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync(Models.Question()));
        Assert.EndsWith("LanguageModel", error.ObjectName, StringComparison.Ordinal);
    }

    [Fact]
    public void GetService_MetadataModelAndClient_AreFound()
    {
        using OnnxChatClient client = models.Language.AsChatClient(new() { ModelId = "small" });
        var metadata = client.GetService<ChatClientMetadata>();
        Assert.Equal(("onnx", "small"), (metadata?.ProviderName, metadata?.DefaultModelId));
        Assert.Same(models.Language, client.GetService<LanguageModel>());
        Assert.Same(client, client.GetService<IChatClient>());
        Assert.Null(client.GetService<IChatClient>("key"));
    }

    static Language.ChatMessage Plain(ChatMessage message) =>
        new(Enum.Parse<Language.ChatRole>(message.Role.Value, ignoreCase: true), message.Text);

    [Fact]
    public void AsChatClient_BadArguments_AreRefused()
    {
        Assert.Throws<ArgumentNullException>("model", () => ((LanguageModel)null!).AsChatClient());
        Assert.Throws<ArgumentException>("options.ModelId", () => models.Language.AsChatClient(new() { ModelId = " " }));
        Assert.Throws<ArgumentOutOfRangeException>("MaxTokens", () => models.Language.AsChatClient(new() { Generation = new() { MaxTokens = 0 } }));
    }
}
