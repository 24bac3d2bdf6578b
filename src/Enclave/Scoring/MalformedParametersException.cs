namespace Sandbox.Enclave.Scoring;

/// <summary>Parameters that can't be taken. The message names a rule in our own words, never what the file holds.</summary>
internal sealed class MalformedParametersException(string what) : Exception(what);
