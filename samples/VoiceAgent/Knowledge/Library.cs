using AgentChain.Blocks.Redaction;
using AgentChain.Onnx.Retrieval;
using VoiceAgent.Calls;
using VoiceAgent.Models;

namespace VoiceAgent.Knowledge;

/// <summary>The line's knowledge as blocks: retrieval of documents and redaction of personal data. Disposed with the models.</summary>
sealed class Library
{
    Library(SentenceEmbedder embedder, HybridIndex index, AccountBook accounts)
    {
        Search = new RetrievalBlock(new HybridRetriever(embedder, index));
        WordSearch = new WordSearch(index);
        Redactor = new PiiRedactor(new PiiRedactorOptions
        {
            Names = accounts.Accounts.Select(a => a.Name),
            GivenNames = accounts.Accounts.Select(a => a.Name.Split(' ')[0]),
        });
    }

    /// <summary>The block that finds documents by meaning and by words.</summary>
    public RetrievalBlock Search { get; }

    /// <summary>The block that finds documents by words alone.</summary>
    public WordSearch WordSearch { get; }

    /// <summary>The block that redacts the customers' names and other personal data.</summary>
    public PiiRedactor Redactor { get; }

    /// <summary>Reads the knowledge base and builds its index.</summary>
    public static async Task<Library> OpenAsync(
        VoiceModels models, string dataFolder, AccountBook accounts, CancellationToken cancellationToken)
    {
        IReadOnlyList<RetrievalDocument> documents = KnowledgeBase.Load(Path.Combine(dataFolder, "knowledge.json"));
        return new Library(models.Embedder, await models.IndexAsync(documents, cancellationToken), accounts);
    }
}
