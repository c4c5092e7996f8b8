using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Logs which client answered. The exceptions are left out, because a server's message can contain user text. A logger that throws changes
/// nothing.
/// </summary>
sealed class ChatFallbackLog(ILogger? logger)
{
    static readonly Action<ILogger, string, string, string, Exception?> TellLeft = LoggerMessage.Define<string, string, string>(
        LogLevel.Warning, new EventId(1, "ChatClientLeft"), "Block '{Block}' leaves the chat client '{Client}': {Reason}");

    static readonly Action<ILogger, string, string, int, Exception?> TellAnswered = LoggerMessage.Define<string, string, int>(
        LogLevel.Debug, new EventId(2, "ChatClientAnswered"), "Block '{Block}' is answered by the chat client '{Client}', after {Left} others.");

    readonly ILogger _logger = logger ?? NullLogger.Instance;

    public void Left(string block, ChatClientException failure)
    {
        try
        {
            TellLeft(_logger, block, failure.Client, failure.Message, null);
        }
        catch (Exception)
        {
        }
    }

    public void Answered(string block, ChatClientBlock client, int left)
    {
        try
        {
            TellAnswered(_logger, block, client.ToString(), left, null);
        }
        catch (Exception)
        {
        }
    }
}
