using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/conversations.md.</summary>
public sealed class ConversationSnippets
{
    [Theory]
    [InlineData(true, BargeInState.Committed)]
    [InlineData(false, BargeInState.Resumed)]
    public async Task BeginBargeIn_Decided_CommitsOrResumes(bool isSpeech, BargeInState expected)
    {
        await using StreamChain<Question, PcmAudio> chain = Chain.From<Question>("voice")
            .Stream("speak", (question, _) => question.Text.Select(_ => PcmAudio.Silence(1.Milliseconds(), 16_000)).ToAsyncEnumerable())
            .Build();
        var player = new Player();
        string text = "hello";
        #region turn
        await using Conversation<Question, PcmAudio> conversation = chain.OpenConversation();
        await using Turn<PcmAudio> turn = await conversation.StartAsync(history => new Question(text, history));
        await foreach (PcmAudio piece in turn.Output)
        {
            await player.PlayAsync(piece);
        }
        #endregion
        Assert.Equal(5, player.Played);
        Assert.Equal(5, Assert.Single(conversation.History).Heard.Count);

        await using Turn<PcmAudio> next = await conversation.StartAsync(history => new Question("what else", history));
        var detector = new Detector(isSpeech);
        CancellationToken token = default;
        #region barge-in
        using BargeIn bargeIn = conversation.BeginBargeIn();   // the voice detector heard something: output pauses at once
        bool speaks = await detector.DecideAsync(token);
        if (speaks) bargeIn.Commit();                          // it was speech: the turn is interrupted
        else        bargeIn.Resume();                          // a false alarm: output goes on where it was
        #endregion
        Assert.Equal(expected, bargeIn.State);
    }

    sealed record Question(string Text, IReadOnlyList<Exchange<Question, PcmAudio>> History);

    sealed class Player
    {
        public int Played { get; private set; }

        public Task PlayAsync(PcmAudio piece)
        {
            Played++;
            return Task.CompletedTask;
        }
    }

    sealed class Detector(bool isSpeech)
    {
        public Task<bool> DecideAsync(CancellationToken token) => Task.FromResult(isSpeech);
    }
}
