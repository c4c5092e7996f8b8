using AgentChain.Blocks.Redaction;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using VoiceAgent.Calls;
using VoiceAgent.Models;

namespace VoiceAgent.Knowledge;

/// <summary>The line's knowledge: retrieval of documents and redaction of personal data. Disposed with the models.</summary>
sealed class Library
{
    readonly VoiceModels _models;
    readonly HybridRetriever _retriever;

    Library(VoiceModels models, HybridIndex index, AccountBook accounts)
    {
        _models = models;
        _retriever = new HybridRetriever(models.Embedder, index);
        WordSearch = new WordSearch(index);
        Redactor = new PiiRedactor(new PiiRedactorOptions
        {
            Names = accounts.Accounts.Select(a => a.Name),
            GivenNames = accounts.Accounts.Select(a => a.Name.Split(' ')[0]),
        });
    }

    /// <summary>Finds documents by words alone.</summary>
    public WordSearch WordSearch { get; }

    /// <summary>The block that redacts the customers' names and other personal data.</summary>
    public PiiRedactor Redactor { get; }

    /// <summary>Finds the help article about a question, by meaning and by words.</summary>
    /// <returns>The text of the article, or <see langword="null"/> if no article is near.</returns>
    public async Task<string?> FindArticleAsync(string question, CancellationToken cancellationToken)
    {
        var place = new PlacementRequest("search", DeviceRequest.Named(_models.Device));
        using DeviceLease lease = await _models.Devices.AcquireAsync(place, cancellationToken);
        RetrievalResult found = await _retriever.RetrieveAsync(lease.Lane, question, cancellationToken);
        return found.Hits.Select(hit => hit.Document).FirstOrDefault(document => document.Tags[KnowledgeBase.Kind] == "article")?.Text;
    }

    /// <summary>Reads the knowledge base and builds its index.</summary>
    public static async Task<Library> OpenAsync(
        VoiceModels models, string dataFolder, AccountBook accounts, CancellationToken cancellationToken)
    {
        IReadOnlyList<RetrievalDocument> documents = KnowledgeBase.Load(Path.Combine(dataFolder, "knowledge.json"));
        return new Library(models, await models.IndexAsync(documents, cancellationToken), accounts);
    }
}
