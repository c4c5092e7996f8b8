using Microsoft.Extensions.AI;
using VoiceAgent.Models;

namespace VoiceAgent.Tests.Models;

/// <summary>The language model reads what it was trained on: models/language-model/PROMPT.md.</summary>
public sealed class OwnLanguageTests
{
    [Fact]
    public async Task GetStreamingResponse_LongCall_HasOneSystemMessageAndTheLastFourQuestions()
    {
        using var seen = new Seen();
        using var language = new OwnLanguage(seen);
        List<ChatMessage> messages = [new(ChatRole.System, "agent: support"), new(ChatRole.System, "customer name: [name_1]")];
        for (int i = 1; i <= 6; i++)
        {
            messages.Add(new(ChatRole.User, $"question {i}"));
            messages.Add(new(ChatRole.Tool, [new FunctionResultContent($"{i}", "result")]));
            messages.Add(new(ChatRole.Assistant, $"answer {i}"));
        }

        await language.GetStreamingResponseAsync(messages.SkipLast(2)).ToListAsync();

        Assert.Equal("agent: support\ncustomer name: [name_1]", seen.Messages[0].Text);
        Assert.Equal(ChatRole.System, Assert.Single(seen.Messages, message => message.Role == ChatRole.System).Role);
        Assert.Equal(["question 3", "question 4", "question 5", "question 6"], seen.Messages.Where(message => message.Role == ChatRole.User).Select(message => message.Text));
        Assert.Equal("question 6", seen.Messages[^1].Text);
        Assert.Equal(11, seen.Messages.Count);
    }

    [Fact]
    public void Names_OfTools_AreALine() =>
        Assert.Equal("tools: one, two", OwnLanguage.Names([AIFunctionFactory.Create(() => 1, "one"), AIFunctionFactory.Create(() => 1, "two")]));

    /// <summary>A client that keeps what it is sent.</summary>
    sealed class Seen : IChatClient
    {
        public List<ChatMessage> Messages { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Messages.AddRange(messages);
            return AsyncEnumerable.Empty<ChatResponseUpdate>();
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
