using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>The committed language model calls tools.</summary>
public sealed class ToolCallTests(Models models) : IClassFixture<Models>
{
    /// <summary>The options of a client that tells the committed model its tools as it was trained on them.</summary>
    public static OnnxChatClientOptions Named { get; } = new() { ToolPrompt = tools => $"tools: {string.Join(", ", tools.Select(tool => tool.Name))}" };

    public static List<ChatMessage> Question() => [new(ChatRole.System, Models.System), new(ChatRole.User, "this is [name_1] what is my balance")];

    public static ChatOptions Tools() => new()
    {
        Tools =
        [
            AIFunctionFactory.Create((string fact) => fact == "balance" ? "balance: $12.40\npayment due: march 3" : "nothing found", "look_up_account"),
            AIFunctionFactory.Create((string plan) => $"plan: {plan}", "change_plan"),
            AIFunctionFactory.Create(() => "The conversation is handed over to support.", "transfer_to_support"),
        ],
    };

    [Fact]
    public async Task GetStreamingResponse_QuestionForATool_IsACallAndNoText()
    {
        using OnnxChatClient client = models.Language.AsChatClient(Named);
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(Question(), Tools()).ToListAsync();

        FunctionCallContent call = Assert.Single(updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("look_up_account", "balance"), (call.Name, $"{call.Arguments!["fact"]}"));
        Assert.Empty(string.Concat(updates.Select(update => update.Text)));
        Assert.Equal(ChatFinishReason.ToolCalls, updates[^1].FinishReason);
    }

    [Fact]
    public async Task GetResponse_WithTheResult_AnswersFromIt_AndReadsOnlyWhatIsNew()
    {
        using OnnxChatClient client = models.Language.AsChatClient(Named);
        List<ChatMessage> history = Question();
        ChatResponse first = await client.GetResponseAsync(history, Tools());
        history.AddMessages(first);
        string call = Assert.Single(first.Messages[0].Contents.OfType<FunctionCallContent>()).CallId;
        history.Add(new(ChatRole.Tool, [new FunctionResultContent(call, "balance: $12.40\npayment due: march 3")]));

        ChatResponse second = await client.GetResponseAsync(history, Tools());

        Assert.Equal((Models.Answer, ChatFinishReason.Stop), (second.Text, second.FinishReason));
        long known = first.Usage!.InputTokenCount!.Value + first.Usage.OutputTokenCount!.Value;
        Assert.True(second.Usage!.CachedInputTokenCount >= known, $"{second.Usage.CachedInputTokenCount} of {known}");
    }

    [Fact]
    public async Task GetResponse_WithTheResult_ReadsTheSamePromptAsItsText()
    {
        using OnnxChatClient client = models.Language.AsChatClient(Named);
        List<ChatMessage> written = Question();
        written.Add(new(ChatRole.Assistant, [new FunctionCallContent("1", "look_up_account", new Dictionary<string, object?> { ["fact"] = "balance" })]));
        written.Add(new(ChatRole.Tool, [new FunctionResultContent("1", "balance: $12.40\npayment due: march 3")]));

        ChatResponse one = await client.GetResponseAsync(written, Tools());
        ChatResponse other = await client.GetResponseAsync(Models.Question());

        Assert.Equal((other.Text, other.Usage!.InputTokenCount), (one.Text, one.Usage!.InputTokenCount));
    }

    [Fact]
    public async Task GetResponse_WithoutAToolPrompt_TellsTheSchemas()
    {
        using OnnxChatClient client = models.Language.AsChatClient(new() { ToolPrompt = null });
        ChatResponse plain = await client.GetResponseAsync(Question(), new() { MaxOutputTokens = 1 });
        ChatResponse told = await client.GetResponseAsync(Question(), new() { MaxOutputTokens = 1, Tools = Tools().Tools });

        Assert.True(told.Usage!.InputTokenCount > plain.Usage!.InputTokenCount + 100, $"{told.Usage.InputTokenCount}");
    }

    [Fact]
    public async Task GetResponse_ResultThatIsNoMessageOfATool_IsRefused()
    {
        using OnnxChatClient client = models.Language.AsChatClient(Named);
        ChatMessage odd = new(ChatRole.User, [new FunctionResultContent("1", "x")]);
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => client.GetResponseAsync([odd], Tools()));
        Assert.Contains("FunctionResultContent", error.Message, StringComparison.Ordinal);
    }
}
