package io.patchbay.store.etcd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A CA and what it signed, made by the program {@code openssl}. */
final class Certificates {
    private final Path folder;
    private final String name;

    /** A new CA, whose files begin with {@code name}. */
    Certificates(Path folder, String name) throws Exception {
        EtcdCluster.needed("openssl", "openssl");
        this.folder = folder;
        this.name = name;
        run(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + name,
                "-keyout",
                key("ca").toString(),
                "-out",
                ca().toString());
    }

    /** Signs a certificate that is good for this IP address, whoever shows it. */
    Certificates sign(String owner, String address) throws Exception {
        Path request = folder.resolve(name + "-" + owner + ".csr");
        run(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=" + owner,
                "-addext",
                "subjectAltName=IP:" + address,
                "-keyout",
                key(owner).toString(),
                "-out",
                request.toString());
        run(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                ca().toString(),
                "-CAkey",
                key("ca").toString(),
                "-CAcreateserial",
                "-days",
                "2",
                "-copy_extensions",
                "copy",
                "-out",
                certificate(owner).toString());
        return this;
    }

    Path ca() {
        return certificate("ca");
    }

    Path certificate(String owner) {
        return folder.resolve(name + "-" + owner + ".pem");
    }

    Path key(String owner) {
        return folder.resolve(name + "-" + owner + ".key");
    }

    private static void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(openssl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!openssl.waitFor(20, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            throw new IllegalStateException(command + ": " + said);
        }
    }
}
