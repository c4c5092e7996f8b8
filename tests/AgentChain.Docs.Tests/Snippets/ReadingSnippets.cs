using AgentChain.Onnx.Speech.Audio;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of README.md and docs/streams.md that reads the output of a turn.</summary>
public sealed class ReadingSnippets
{
    [Fact]
    public async Task Output_PlayedPieceByPiece_IsComplete()
    {
        await using StreamChain<string, PcmAudio> chain = Chain.From<string>("voice")
            .Stream("speak", (text, _) => text.Select(c => PcmAudio.Silence(c * 1.Milliseconds(), 16_000)).ToAsyncEnumerable())
            .Build();
        var player = new Player();
        string question = "why";
        CancellationToken cancellationToken = default;
        string[] lines = await Printed.ByAsync(async () =>
        {
            #region play
            await using Turn<PcmAudio> turn = chain.Start(question, cancellationToken);
            await foreach (PcmAudio piece in turn.Output) player.Play(piece);     // the first sentence, while the second is generated
            TurnResult result = await turn.Completion;                           // Completed, Interrupted, DeadlineExceeded, Rejected or Failed
            Console.WriteLine(result.Report.ToWaterfall());
            #endregion
        }).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["119 ms", "104 ms", "121 ms"], player.Played);
        Assert.Contains(lines, l => l.StartsWith("critical path: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_ShownItemByItem_IsComplete()
    {
        await using StreamChain<string, string> chain = Chain.From<string>("words")
            .Stream("speak", (text, _) => text.Split(' ').ToAsyncEnumerable())
            .Build();
        List<string> shown = [];
        void Show(string item) => shown.Add(item);
        string question = "what is due";
        CancellationToken cancellationToken = default;
        #region show
        await using Turn<string> turn = chain.Start(question, cancellationToken);
        await foreach (string item in turn.Output) { Show(item); }
        #endregion
        Assert.Equal(["what", "is", "due"], shown);
    }

    sealed class Player
    {
        public List<string> Played { get; } = [];

        public void Play(PcmAudio piece) => Played.Add(FormattableString.Invariant($"{piece.Duration.TotalMilliseconds} ms"));
    }
}
