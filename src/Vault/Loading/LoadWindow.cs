namespace Sandbox.Vault.Loading;

/// <summary>Host to load child: the source is one part of a larger text, cut by bytes. The child reads the whole records in it and says where the last of them ends.</summary>
/// <param name="First">Whether it is the beginning of the text; a later one has the text's first record put before it where that is a header.</param>
/// <param name="More">Whether more of the text follows, so that its last record may be cut.</param>
/// <param name="Lines">Records of the text before this part, its header not counted.</param>
/// <param name="Standing">What the columns have turned out to be elsewhere in the text; empty as long as nothing is known.</param>
/// <param name="Survey">Whether nothing is to be written: the columns are still being found out.</param>
internal sealed record LoadWindow(bool First, bool More, long Lines, IReadOnlyList<StandingColumn> Standing, bool Survey)
{
    /// <summary>A record of more bytes of UTF-8 is rejected; one of UTF-16 may have twice as many.</summary>
    internal const int LongestRecord = 2 * CsvSource.MaxLineBytes;
}

/// <summary>What a column is so far.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type: it can only become wider.</param>
/// <param name="Identifier">Whether it is kept apart.</param>
/// <param name="Seen">Whether it had a value yet; else its type says nothing.</param>
/// <param name="Made">Whether it is text only because every value ends in .0 so far.</param>
internal sealed record StandingColumn(string Name, StoredType Type, bool Identifier, bool Seen, bool Made);

/// <summary>Load child to host: what a part of a text came to.</summary>
/// <param name="Consumed">Bytes of the source up to the end of its last whole record.</param>
/// <param name="Header">Bytes of the source that every later part begins with.</param>
/// <param name="Lines">Records in it, its header not counted.</param>
internal sealed record WindowReport(long Consumed, int Header, long Lines);
